package dev.namewell.server.app;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.config.ConfigSource;

/** The running service. */
public final class Server {
  private Server() {}

  /**
   * Serves until told to stop, then returns the exit code.
   *
   * @param source read again on a reload
   */
  public static int run(Settings settings, ConfigSource source) {
    throw new UnsupportedOperationException("no service for " + source + " with " + settings);
  }
}
