package dev.namewell.server.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command sees of the world outside.
 *
 * @param environment variables
 * @param out results
 * @param err complaints
 */
public record Terminal(Map<String, String> environment, PrintWriter out, PrintWriter err) {
  /** This process's own; flushes at each line. */
  static Terminal ofThisJvm() {
    return new Terminal(
        System.getenv(),
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8));
  }
}
