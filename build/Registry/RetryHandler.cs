namespace BusyboxGlibc.Registry;

/// <summary>
/// The outermost handler: sends a request again where it fails in a way that may pass, within the registry's <see cref="Patience"/>. A
/// request that its caller repeats in its own way is sent once.
/// </summary>
/// <param name="patience">How often, and after what waits.</param>
/// <param name="describe">What a response says, fit to be shown.</param>
internal sealed class RetryHandler(Patience patience, Func<HttpResponseMessage, CancellationToken, Task<string>> describe) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="RegistryBusyException">A request that is sent once failed in a way that may pass.</exception>
    /// <exception cref="RegistryException">It failed for good, or as often as the policy allows.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => request.IsOnce()
        ? SendOnceAsync(request, cancellationToken)
        : patience.RetryAsync(token => SendOnceAsync(request.Copy(), token), cancellationToken);

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var response = await base.SendAsync(request, cancellation);
        if (!Foundation.Net.HttpAnswers.MayPass(response))
        {
            return response;
        }

        using (response)
        {
            var address = request.RequestUri!;
            throw RegistryAnswer.Busy(address.Authority, address, response, await describe(response, cancellation));
        }
    }
}
