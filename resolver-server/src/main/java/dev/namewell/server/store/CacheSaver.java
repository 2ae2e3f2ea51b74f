package dev.namewell.server.store;

import dev.namewell.server.store.CacheFile.Answers;
import dev.namewell.server.store.CacheFile.Ending;
import dev.namewell.server.store.CacheFile.Loaded;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache over a restart: loads it in the background of service, saves it now and then, and
 * once more at the end. One daemon thread of its own, for this is long work without waiting.
 */
public final class CacheSaver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheSaver.class);

  /** A cache of a gigabyte takes some seconds. */
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  private final CacheFile file;
  private final Duration interval;
  private final Answers answers;
  private final Consumer<StoredAnswer> restore;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch loaded = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param interval between two saves
   * @param answers what the cache holds
   * @param restore puts one answer back, if it is not too old
   */
  public CacheSaver(
      CacheFile file, Duration interval, Answers answers, Consumer<StoredAnswer> restore) {
    this.file = file;
    this.interval = interval;
    this.answers = answers;
    this.restore = restore;
    this.thread = Thread.ofPlatform().daemon().name("cache-saver").unstarted(this::run);
  }

  /** Starts loading, and saving after that. Call once; returns at once. */
  public void start() {
    thread.start();
  }

  /** Waits until the file has been read, however that ended; false if time is over before. */
  public boolean awaitLoaded(Duration time) throws InterruptedException {
    return loaded.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      if (load() == Ending.STOPPED) {
        // The file holds more than the cache does now.
        return;
      }
      while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        save();
      }
      save();
    } catch (InterruptedException shutdown) {
      Thread.currentThread().interrupt();
    }
  }

  private Ending load() {
    try {
      Loaded result =
          file.load(
              answer -> {
                restore.accept(answer);
                return closing.getCount() > 0;
              });
      if (result.ending() == Ending.WHOLE) {
        LOG.info("read {} answers from {}", result.entries(), file.path());
      } else if (result.ending() == Ending.OUTDATED) {
        LOG.info(
            "used no answers from {}: they were proved by something else, or saved by an older"
                + " version",
            file.path());
      }
      return result.ending();
    } catch (RuntimeException defect) {
      LOG.error("defect while reading {}: please report this", file.path(), defect);
      return Ending.UNREADABLE;
    } finally {
      loaded.countDown();
    }
  }

  private void save() {
    try {
      long entries = file.save(answers);
      LOG.debug("saved {} answers to {}", entries, file.path());
    } catch (IOException | RuntimeException failed) {
      LOG.warn(
          "cannot save the cache to {}: {} (it goes on in memory; see `cache.file`)",
          file.path(),
          failed.toString());
    }
  }

  /** Saves once more and ends; waits ten seconds at most. */
  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("saving the cache takes too long: the file {} is the one before", file.path());
      }
    } catch (InterruptedException shutdown) {
      Thread.currentThread().interrupt();
    }
  }
}
