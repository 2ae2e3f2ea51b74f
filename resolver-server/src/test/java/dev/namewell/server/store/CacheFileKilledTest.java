package dev.namewell.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.store.CacheFile.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CacheFileKilledTest {
  private static final int ROUNDS = 6;
  private static final long SOME_SAVES_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

  @TempDir Path directory;

  @Test
  void killedAtAnyMomentTheLastGoodFileLoads() throws Exception {
    Path path = directory.resolve("cache");
    CacheFile file = new CacheFile(path, InstantSource.fixed(Instant.EPOCH), () -> 1);
    Random moments = new Random(13);
    for (int round = 0; round < ROUNDS; round++) {
      killWhileWriting(path, moments.nextLong(SOME_SAVES_NANOS));
      Set<Long> generations = new HashSet<>();
      CacheFile.Loaded loaded =
          file.load(
              answer -> {
                generations.add(answer.ageMillis());
                return true;
              });
      assertThat(loaded).isEqualTo(new CacheFile.Loaded(Ending.WHOLE, CacheFileWriterMain.ANSWERS));
      assertThat(generations).as("all of one save").hasSize(1);
      try (var files = Files.list(directory)) {
        assertThat(files).containsExactly(path);
      }
    }
  }

  private static void killWhileWriting(Path path, long afterNanos) throws IOException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CacheFileWriterMain.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader saved = writer.inputReader()) {
      assertThat(saved.readLine()).as("first generation").isEqualTo("0");
      LockSupport.parkNanos(afterNanos);
    } finally {
      writer.destroyForcibly().onExit().join();
    }
  }
}
