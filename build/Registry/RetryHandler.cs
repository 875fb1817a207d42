namespace BusyboxGlibc.Registry;

/// <summary>
/// The outermost handler: retries a request after transient failures, within the registry's <see cref="Patience"/>. A request that its caller retries itself is sent once.
/// </summary>
/// <param name="patience">The number of retries and the delays.</param>
/// <param name="describe">Returns the message of a response, safe to display.</param>
internal sealed class RetryHandler(Patience patience, Func<HttpResponseMessage, CancellationToken, Task<string>> describe) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="RegistryBusyException">A request that is not retried failed with a transient error.</exception>
    /// <exception cref="RegistryException">The request failed permanently, or as often as the policy allows.</exception>
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
