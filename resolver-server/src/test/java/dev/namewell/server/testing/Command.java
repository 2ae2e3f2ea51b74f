package dev.namewell.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that was run to its end.
 *
 * @param exit its exit status
 * @param output standard output and error together
 */
public record Command(int exit, String output) {
  /** No command here takes longer unless something hangs. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Runs a command and waits for it; fails after a minute. */
  public static Command run(String... command) {
    return run(List.of(command));
  }

  public static Command run(List<String> command) {
    try {
      Path out = Files.createTempFile("command", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " did not end");
      }
      String output = Files.readString(out, StandardCharsets.UTF_8);
      Files.delete(out);
      return new Command(process.exitValue(), output);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The output of a command that must succeed. */
  public static String output(String... command) {
    Command done = run(command);
    if (done.exit != 0) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + done.exit + ":\n" + done.output);
    }
    return done.output;
  }
}
