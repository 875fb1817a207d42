namespace BusyboxGlibc.Registry;

/// <summary>How images are deleted at registries that do not do it over the distribution API.</summary>
internal static class DeleteAdvice
{
    /// <summary>The advice for a registry.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="repository">The repository's path.</param>
    public static string Of(RegistryHost host, string repository)
    {
        var name = repository.Split('/')[^1];
        return host switch
        {
            { IsHub: true } => $"Docker Hub deletes only in its web page, https://hub.docker.com/repository/docker/{repository}/tags, or over an API of its own with a personal access token that may delete",
            { Name: "ghcr.io" } => $"delete versions of the package: gh api --paginate /users/{repository.Split('/')[0]}/packages/container/{name}/versions, then gh api -X DELETE on that address with /ID; of an organisation: /orgs/ in place of /users/",
            { Name: var other } when other.Contains(".dkr.ecr.", StringComparison.Ordinal) => $"aws ecr batch-delete-image --repository-name {repository} --image-ids imageDigest=DIGEST, or a lifecycle policy",
            { Name: "public.ecr.aws" } => $"aws ecr-public batch-delete-image --repository-name {name} --image-ids imageDigest=DIGEST",
            { Name: var other } when other.EndsWith(".azurecr.io", StringComparison.Ordinal) => $"az acr repository delete --name {other.Split('.')[0]} --image {repository}@DIGEST, or acr purge",
            _ => "allow deleting at the registry: docker-registry with REGISTRY_STORAGE_DELETE_ENABLED=true, others in their settings; or delete the tags there in its web page",
        };
    }
}
