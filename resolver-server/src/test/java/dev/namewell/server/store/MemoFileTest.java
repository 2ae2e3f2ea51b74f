package dev.namewell.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MemoFileTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final long SOME_SAVES_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  @TempDir private Path directory;
  private Path path = Path.of("");
  private MemoFile file = new MemoFile(path, InstantSource.system());

  @BeforeEach
  void open() {
    path = directory.resolve("state/trust-anchors");
    file = new MemoFile(path, InstantSource.fixed(NOW));
  }

  @Test
  void whatIsSavedLoads() {
    assertThat(file.load()).isNull();

    file.save("one\n");
    file.save("two\n");

    assertThat(file.load()).isEqualTo("two\n");
    assertThat(path).content().startsWith("two\n; sha-256 ");
  }

  @Test
  void aDamagedFileIsSetAside() throws IOException {
    file.save("zone .\n");
    Files.writeString(path, Files.readString(path).replace("zone", "zine"));

    assertThat(file.load()).isNull();

    assertThat(path).doesNotExist();
    assertThat(path.resolveSibling("trust-anchors.damaged-" + NOW.getEpochSecond())).exists();
  }

  @Test
  void aFileCutShortIsSetAside() throws IOException {
    file.save("zone .\n");
    String whole = Files.readString(path);
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(path, whole.substring(0, length));
      assertThat(file.load()).as("cut after %d", length).isNull();
    }
  }

  @Test
  void whatIsNoFileIsNeitherReadNorReplaced() throws IOException {
    Files.createDirectories(path.getParent());
    Path endless = Path.of("/dev/zero"); // and 0 octets long
    Files.createSymbolicLink(path, endless);

    assertThat(file.load()).isNull();
    file.save("one\n");

    assertThat(Files.readSymbolicLink(path)).isEqualTo(endless);
  }

  @Test
  void whatCannotBeReadIsLeftAsItIsUntilItHasBeenMended() throws IOException {
    file.save("learned\n");
    Path unmounted = path.resolveSibling("elsewhere");
    Files.move(path, unmounted);
    Files.createSymbolicLink(path, path); // in a circle

    assertThat(file.load()).isNull();
    file.save("begun anew\n");
    assertThat(path).isSymbolicLink();

    Files.delete(path);
    Files.move(unmounted, path);
    assertThat(new MemoFile(path, InstantSource.fixed(NOW)).load()).isEqualTo("learned\n");
  }

  @Test
  void whatCannotBeSetAsideIsLeftAsItIs() throws IOException {
    file.save("zone .\n");
    String damaged = Files.readString(path).replace("zone", "zine");
    Files.writeString(path, damaged);
    Path inTheWay = path.resolveSibling("trust-anchors.damaged-" + NOW.getEpochSecond());
    Files.createDirectories(inTheWay.resolve("full"));

    assertThat(file.load()).isNull();
    file.save("begun anew\n");

    assertThat(path).content().isEqualTo(damaged);
  }

  @Test
  void aFileThatIsTooLargeIsSetAside() throws IOException {
    file.save("x".repeat(4 << 20));

    assertThat(file.load()).isNull();

    assertThat(path).doesNotExist();
  }

  @Test
  void whatCannotBeWrittenStopsNothing() throws IOException {
    Files.writeString(directory.resolve("state"), "a file where the directory should be");

    file.save("one\n");

    assertThat(file.load()).isNull();
  }

  @Test
  @Timeout(120)
  void killedAtAnyMomentTheLastGoodFileLoads() throws IOException {
    Random moments = new Random(5);
    for (int round = 0; round < 3; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MemoFileWriterMain.class.getName(),
                  path.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader saved = writer.inputReader()) {
        assertThat(saved.readLine()).isEqualTo("0");
        LockSupport.parkNanos(moments.nextLong(SOME_SAVES_NANOS));
      } finally {
        writer.destroyForcibly().onExit().join();
      }
      assertThat(file.load()).endsWith(MemoFileWriterMain.END);
    }
  }
}
