package dev.namewell.core.dns;

/** Security status of data (RFC 4035 §4.3). Without validation everything is INDETERMINATE. */
public enum Security {
  SECURE,
  INSECURE,
  BOGUS,
  INDETERMINATE
}
