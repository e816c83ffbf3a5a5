"""The probe `tls`: versions, cipher suites, groups, features and certificate of an endpoint."""
