"""The archive over HTTP, for programs: `/api/v1/`. docs/api.md has what it promises."""
