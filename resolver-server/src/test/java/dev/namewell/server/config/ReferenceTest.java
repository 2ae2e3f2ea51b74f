package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.Settings;
import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files in {@code config/}. After a change of keys, {@code mvn -pl resolver-server -am test
 * -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dconfig.write=true} writes them.
 */
class ReferenceTest {
  private static final Path CONFIG = Path.of("../config");

  @TempDir Path folder;

  @Test
  void theSchemaIsThatOfTheReaders() throws IOException {
    assertSame("namewell.schema.json", Reference.schema());
  }

  @Test
  void theAnnotatedFileIsThatOfTheReaders() throws IOException {
    assertSame("namewell.yaml", Reference.defaults());
  }

  private static void assertSame(String name, String generated) throws IOException {
    Path file = CONFIG.resolve(name);
    if (Boolean.getBoolean("config.write")) {
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file)).as("config/%s", name).isEqualTo(generated);
  }

  @Test
  void theAnnotatedFileHoldsTheDefaults() {
    Surroundings machine = Configs.machine(folder);
    Settings defaults =
        Configs.accepted(new ConfigSource(Optional.empty(), Map.of(), Map.of(), machine).read());
    assertThat(load(CONFIG.resolve("namewell.yaml"))).isEqualTo(defaults);
  }

  @Test
  void theAnnotatedFileIsRightWithEveryCommentedKeyInForce() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(CONFIG.resolve("namewell.yaml"))) {
      boolean key = line.matches("( *)# ( *- | *)[a-z-]+:( [^ $]+|)( \".*)?");
      lines.add(key ? line.replaceFirst("# ", "") : line);
    }
    Path file = Configs.write(folder.resolve("all.yaml"), String.join("\n", lines));
    Settings settings = load(file);
    assertThat(settings.threads()).isEqualTo(2);
    assertThat(settings.routes()).hasSize(2);
  }

  static Stream<String> examples() {
    return Stream.of("namewell.yaml", "lan.yaml", "container.yaml", "tester.yaml");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsRight(String name) throws IOException {
    Path file = CONFIG.resolve(name);
    assertThat(load(file).routes()).isNotEmpty();
    assertThat(Files.readString(file))
        .contains("# yaml-language-server: $schema=namewell.schema.json\n");
  }

  @Test
  void noExampleIsForgotten() throws IOException {
    try (Stream<Path> files = Files.list(CONFIG)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(n -> n.endsWith(".yaml") && !n.equals("alerts.yaml")))
          .containsExactlyInAnyOrderElementsOf(examples().toList());
    }
  }

  private Settings load(Path file) {
    Surroundings machine = Configs.machine(folder);
    return Configs.accepted(
        new ConfigSource(Optional.of(file), Map.of(), Map.of(), machine).read());
  }

  @Test
  void systemdUnderstandsTheUnit() throws IOException {
    Requires.tool("systemd-analyze");
    String unit =
        Files.readString(CONFIG.resolve("namewell.service"))
            .replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true");
    Path file = Configs.write(folder.resolve("namewell.service"), unit);
    Command verified = Command.run("systemd-analyze", "verify", "--man=no", file.toString());
    assertThat(verified.output().lines().filter(line -> line.contains("namewell.service")))
        .isEmpty();
    assertThat(verified.exit()).isZero();
  }

  @Test
  void theUnitReadsTheUsualFile() throws IOException {
    assertThat(Files.readString(CONFIG.resolve("namewell.service")))
        .contains("serve --config " + ConfigSource.USUAL_FILE + "\n");
  }
}
