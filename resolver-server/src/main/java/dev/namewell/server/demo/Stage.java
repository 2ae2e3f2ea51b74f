package dev.namewell.server.demo;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What the demo has of its visitor.
 *
 * @param out where it prints
 * @param colours whether escape sequences are understood there
 * @param in commands, one a line; its end ends the demo
 * @param stop counted down when the visitor has seen enough
 */
public record Stage(PrintWriter out, boolean colours, InputStream in, CountDownLatch stop) {

  /** True on a terminal, unless the visitor does not want them (no-color.org). */
  @SuppressWarnings("SystemConsoleNull") // it is null where there is none, since JDK 25 again
  public static boolean wantsColours(Map<String, String> environment) {
    @Nullable Console console = System.console();
    return console != null
        && console.isTerminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }
}
