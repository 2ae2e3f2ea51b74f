package dev.namewell.core.settings;

import java.util.Locale;

/** A limit of the configuration that stops something and is counted then. */
public enum Limit {
  RESOLUTIONS,
  WAITING_PER_QUESTION,
  WAITING,
  WAITING_PER_CLIENT,
  EXCHANGES_PER_UPSTREAM,
  EXCHANGES,
  TCP_CONNECTIONS,
  TCP_CONNECTIONS_PER_CLIENT,
  TCP_PIPELINE;

  /** Of all these in the configuration. */
  public static final String SECTION = "limits";

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final String key = SECTION + "." + word;

  /** The key within {@link #SECTION}. */
  public String word() {
    return word;
  }

  /** The whole key, as {@code limits.waiting}: the name by which it is counted. */
  public String key() {
    return key;
  }
}
