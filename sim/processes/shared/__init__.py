"""What several processes, or the region and the cases, work with: displacement on any graph, roads, deployment."""
