// Launch configurations.
