package dev.namewell.server.admin;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes the metrics. Called on a virtual thread, one call at a time. */
@FunctionalInterface
public interface Scrape {
  /**
   * Writes all metrics.
   *
   * @param accept the Accept header field
   * @return content type of what was written
   */
  String write(@Nullable String accept, OutputStream out) throws IOException;
}
