using System.Text.Json;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>Writes the image configuration (OCI config.md).</summary>
internal static class ImageConfigWriter
{
    /// <summary>The configuration's bytes; equal arguments give equal bytes.</summary>
    /// <param name="spec">The image's metadata.</param>
    /// <param name="diffId">The digest of the uncompressed tar of the layer with the root file system.</param>
    /// <param name="more">The same of the layers over it, the lowest first, and the texts of their history entries.</param>
    /// <exception cref="OciException">The time or the digest is not valid.</exception>
    public static byte[] Write(ImageSpec spec, string diffId, params IReadOnlyList<(string DiffId, string CreatedBy)> more)
    {
        (string DiffId, string CreatedBy)[] layers = [(diffId, spec.CreatedBy), .. more];
        foreach (var (id, _) in layers)
        {
            _ = OciDigest.Hex(id);
        }

        var created = Rfc3339.FromEpoch(spec.Epoch);
        return OciJson.Object(json =>
        {
            json.WriteString("architecture", spec.Platform.Architecture);
            if (spec.Platform.Variant is not null)
            {
                json.WriteString("variant", spec.Platform.Variant);
            }

            json.WriteString("os", Platform.Os);

            json.WriteStartObject("config");
            WriteRun(json, spec.Run);
            OciJson.WriteMap(json, "Labels", spec.Labels);
            json.WriteEndObject();

            json.WriteStartObject("rootfs");
            json.WriteString("type", "layers");
            OciJson.WriteList(json, "diff_ids", layers.Select(layer => layer.DiffId));
            json.WriteEndObject();

            json.WriteStartArray("history");
            foreach (var (_, createdBy) in layers)
            {
                json.WriteStartObject();
                json.WriteString("created", created);
                json.WriteString("created_by", createdBy);
                json.WriteEndObject();
            }

            json.WriteEndArray();

            json.WriteString("created", created);
            WriteText(json, "author", spec.Run.Author);
        });
    }

    private static void WriteRun(Utf8JsonWriter json, ImageRunConfig run)
    {
        WriteText(json, "User", run.User);
        WriteSet(json, "ExposedPorts", run.ExposedPorts);
        OciJson.WriteList(json, "Env", run.Environment);
        WriteFilled(json, "Entrypoint", run.EntryPoint);
        WriteFilled(json, "Cmd", run.Command);
        WriteSet(json, "Volumes", run.Volumes);
        WriteText(json, "WorkingDir", run.WorkingDirectory);
        WriteText(json, "StopSignal", run.StopSignal);

        // These three members are Docker's (github.com/moby/docker-image-spec); OCI allows additional members in a configuration.
        WriteHealthCheck(json, run.HealthCheck);
        WriteFilled(json, "OnBuild", run.OnBuild);
        WriteFilled(json, "Shell", run.Shell);
    }

    private static void WriteHealthCheck(Utf8JsonWriter json, HealthCheck? check)
    {
        if (check is null)
        {
            return;
        }

        json.WriteStartObject("Healthcheck");
        OciJson.WriteList(json, "Test", check.Test);
        foreach (var (name, number) in new[]
        {
            ("Interval", check.Interval), ("Timeout", check.Timeout), ("StartPeriod", check.StartPeriod), ("StartInterval", check.StartInterval), ("Retries", check.Retries),
        })
        {
            if (number != 0)
            {
                json.WriteNumber(name, number);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteFilled(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            OciJson.WriteList(json, name, values);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    // A set is an object with empty values (OCI config.md).
    private static void WriteSet(Utf8JsonWriter json, string name, IReadOnlyList<string> members)
    {
        if (members.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var member in members.Order(StringComparer.Ordinal))
        {
            json.WriteStartObject(member);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
