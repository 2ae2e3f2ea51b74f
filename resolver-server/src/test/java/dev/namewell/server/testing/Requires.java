package dev.namewell.server.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine it runs on. Where it is missing the test is skipped with the
 * reason in words; with {@code CI=true} in the environment that is a failure instead, so that
 * nothing stays untested without anybody noticing.
 */
public final class Requires {
  private static final long DOCKER_TIMEOUT_SECONDS = 20;

  /** Searched besides PATH: servers live there, and not every user has them on the path. */
  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

  private Requires() {}

  /**
   * A program.
   *
   * @return its absolute path
   */
  public static String tool(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(file) && !Files.isDirectory(file)) {
        return file.toAbsolutePath().toString();
      }
    }
    for (String folder : SYSTEM_FOLDERS) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw missing("the program '" + name + "' is not installed");
  }

  /** The rights of root: network namespaces, ports below 1024. */
  public static void root() {
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        throw missing("the test needs root");
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw missing("the test needs root, and Linux to find that out: " + e);
    }
  }

  /** A Docker engine that answers. */
  public static void docker() {
    String docker = tool("docker");
    int exit;
    try {
      Process process =
          new ProcessBuilder(docker, "version", "--format", "{{.Server.Version}}")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(DOCKER_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw missing("the Docker engine does not answer");
      }
      exit = process.exitValue();
    } catch (IOException e) {
      throw missing("docker cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw missing("interrupted while asking for the Docker engine");
    }
    if (exit != 0) {
      throw missing("no Docker engine is running");
    }
  }

  /** Anything else; {@code reason} says what is missing and is used if {@code isThere} is false. */
  public static void that(boolean isThere, String reason) {
    if (!isThere) {
      throw missing(reason);
    }
  }

  private static TestAbortedException missing(String reason) {
    if ("true".equalsIgnoreCase(System.getenv("CI"))) {
      throw new AssertionError("with CI=true nothing is skipped, but " + reason);
    }
    return new TestAbortedException("skipped: " + reason);
  }
}
