package dev.namewell.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CacheSaverTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final List<StoredAnswer> cache = new CopyOnWriteArrayList<>();
  private CacheFile file;

  @BeforeEach
  void place() {
    file = new CacheFile(directory.resolve("cache"), InstantSource.fixed(Instant.EPOCH), () -> 1);
  }

  private CacheSaver saver(Duration interval) {
    return new CacheSaver(file, interval, cache::forEach, cache::add);
  }

  @Test
  void theCacheIsThereAgainAfterARestart() throws Exception {
    try (CacheSaver first = saver(LONG)) {
      first.start();
      assertThat(first.awaitLoaded(GENEROUS)).isTrue();
      cache.add(StoredAnswers.of("a", 0));
      cache.add(StoredAnswers.of("b", 0));
    }
    cache.clear();
    try (CacheSaver second = saver(LONG)) {
      second.start();
      assertThat(second.awaitLoaded(GENEROUS)).isTrue();
      assertThat(cache).hasSize(2);
    }
  }

  @Test
  void itIsSavedAgainAndAgainWhileRunning() throws Exception {
    try (CacheSaver saver = saver(Duration.ofMillis(5))) {
      saver.start();
      while (!Files.exists(file.path())) {
        Thread.onSpinWait();
      }
      Files.delete(file.path());
      while (!Files.exists(file.path())) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void stoppedWhileLoadingItKeepsTheFileAsItWas() throws Exception {
    file.save(List.of(StoredAnswers.of("a", 0), StoredAnswers.of("b", 0))::forEach);
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CacheSaver saver =
        new CacheSaver(
            file,
            LONG,
            cache::forEach,
            answer -> {
              first.countDown();
              try {
                go.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
    saver.start();
    first.await();
    Thread closing = Thread.ofPlatform().start(saver::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();
    closing.join();
    assertThat(file.load(answer -> true).entries()).isEqualTo(2);
  }

  @Test
  void aSaveThatFailsIsNoEnd() throws Exception {
    Path blocked = directory.resolve("file");
    Files.writeString(blocked, "");
    CacheFile unwritable = new CacheFile(blocked.resolve("cache"), InstantSource.system(), () -> 1);
    try (CacheSaver saver = new CacheSaver(unwritable, LONG, cache::forEach, cache::add)) {
      saver.start();
      assertThat(saver.awaitLoaded(GENEROUS)).isTrue();
    }
    assertThat(blocked).hasContent("");
  }

  @Test
  void neverStartedItCloses() throws IOException {
    saver(LONG).close();
    assertThat(file.path()).doesNotExist();
  }
}
