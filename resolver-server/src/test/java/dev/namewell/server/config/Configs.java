package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.config.ConfigSource.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations on a machine of the test's own making. */
final class Configs {
  static final long CACHE_BYTES = 32L << 20;
  static final Path CONTROL = Path.of("/run/test/control.sock");

  private Configs() {}

  /** A machine whose resolv.conf has this text and which has these addresses. */
  static Surroundings machine(Path folder, String resolvConf, String... addresses) {
    Path file = write(folder.resolve("resolv.conf"), resolvConf);
    List<InetAddress> own = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
    return new Surroundings(List.of(file), () -> own, CONTROL, CACHE_BYTES, Optional.empty());
  }

  static Surroundings machine(Path folder) {
    return machine(folder, "nameserver 192.0.2.53\n");
  }

  static ConfigSource source(Path folder, String yaml, Map<String, String> environment) {
    Path file = write(folder.resolve("test.yaml"), yaml);
    return new ConfigSource(Optional.of(file), environment, Map.of(), machine(folder));
  }

  static Settings settings(Path folder, String yaml) {
    return accepted(source(folder, yaml, Map.of()).read());
  }

  static Settings settings(Path folder, String yaml, Map<String, String> environment) {
    return accepted(source(folder, yaml, environment).read());
  }

  static Settings accepted(Reading reading) {
    return switch (reading) {
      case Reading.Accepted(Settings settings, List<Problem> _) -> settings;
      case Reading.Rejected(List<Problem> problems) -> throw new AssertionError(problems);
    };
  }

  /** What is told of a file, with its name alone. */
  static List<String> problems(Path folder, String yaml, Map<String, String> environment) {
    return rejected(source(folder, yaml, environment).read()).stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  /** What is doubted of a file that is accepted, with its name alone. */
  static List<String> warnings(Path folder, String yaml) {
    return switch (source(folder, yaml, Map.of()).read()) {
      case Reading.Accepted(Settings _, List<Problem> warnings) ->
          warnings.stream().map(each -> each.toString().replace(folder + "/", "")).toList();
      case Reading.Rejected(List<Problem> problems) -> throw new AssertionError(problems);
    };
  }

  static List<Problem> rejected(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Rejected.class);
    return reading instanceof Reading.Rejected(List<Problem> problems) ? problems : List.of();
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
