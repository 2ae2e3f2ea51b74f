package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class SecureRandomnessTest {
  private static final int THREADS = 8;
  private static final int DRAWS = 20_000;

  @Test
  void noNumberIsDrawnTwiceByAnyThread() throws InterruptedException {
    SecureRandomness random = new SecureRandomness();
    Set<Long> drawn = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < DRAWS; n++) {
                      drawn.add(random.nextLong());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(drawn).hasSize(THREADS * DRAWS);
  }

  @Test
  void everyIdIsAboutAsLikely() {
    SecureRandomness random = new SecureRandomness();
    int[] counts = new int[256];
    int draws = 256 * 1000;
    for (int i = 0; i < draws; i++) {
      counts[random.nextInt() & 0xff]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    // 255 degrees of freedom: mean 255, deviation 23; ten deviations are not a matter of luck.
    assertThat(chiSquare).isBetween(25.0, 485.0);
  }
}
