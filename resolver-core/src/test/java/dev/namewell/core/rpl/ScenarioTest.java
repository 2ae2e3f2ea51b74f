package dev.namewell.core.rpl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Plays scenarios: the project's own, or with {@code -Drpl.dir=FOLDER} any folder of them, whose
 * verdicts are then written to {@code target/rpl.tsv} and are no reason to fail the build.
 */
class ScenarioTest {
  private static final Path OWN = Path.of("src/test/resources/rpl");

  private enum Verdict {
    PASSED,
    FAILED,
    SKIPPED
  }

  private record Result(Verdict verdict, String reason) {}

  @Test
  void everyScenarioGoesAsWritten() throws IOException {
    String folder = System.getProperty("rpl.dir");
    TreeMap<Path, Result> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder == null ? OWN : Path.of(folder))) {
      files
          .filter(file -> file.toString().endsWith(".rpl"))
          .forEach(file -> results.put(file, play(file)));
    }
    assertThat(results).isNotEmpty();
    if (folder == null) {
      assertThat(results)
          .allSatisfy(
              (file, result) -> assertThat(result).isEqualTo(new Result(Verdict.PASSED, "")));
      return;
    }
    StringBuilder table = new StringBuilder("scenario\tverdict\treason\n");
    results.forEach(
        (file, result) ->
            table
                .append(file.getFileName())
                .append('\t')
                .append(result.verdict())
                .append('\t')
                .append(result.reason())
                .append('\n'));
    Files.writeString(Path.of("target/rpl.tsv"), table);
  }

  private static Result play(Path file) {
    Scenario scenario;
    try {
      scenario = Scenario.read(file);
    } catch (IOException | IllegalArgumentException e) {
      return new Result(Verdict.SKIPPED, "cannot be read: " + e.getMessage());
    }
    String unsupported = scenario.unsupported();
    if (unsupported != null) {
      return new Result(Verdict.SKIPPED, "needs " + unsupported);
    }
    try (World world = new World(1, "")) {
      String wrong = new Play(scenario, file.getFileName().toString(), world).run();
      return wrong == null ? new Result(Verdict.PASSED, "") : new Result(Verdict.FAILED, wrong);
    } catch (AssertionError broken) {
      return new Result(Verdict.FAILED, broken.toString().lines().findFirst().orElse(""));
    }
  }
}
