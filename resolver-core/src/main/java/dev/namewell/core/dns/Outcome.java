package dev.namewell.core.dns;

/** What became of a resolution. NXDOMAIN and NODATA are answers; only trouble is a failure. */
public sealed interface Outcome permits Answer, Failure {}
