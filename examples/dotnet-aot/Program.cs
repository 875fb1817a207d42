// GET /Europe/Berlin tells the time there.
using System.Text.Json.Serialization;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, Wire.Default));

var app = builder.Build();
app.MapGet("/healthz", () => "ok");
app.MapGet("/{**zone}", (string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
    ? Results.Ok(new Reading(found.Id, TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, found)))
    : Results.NotFound());
app.Run();

internal sealed record Reading(string Zone, DateTimeOffset Time);

[JsonSerializable(typeof(Reading))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class Wire : JsonSerializerContext;
