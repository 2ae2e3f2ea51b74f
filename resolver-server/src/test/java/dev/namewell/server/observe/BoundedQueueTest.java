package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BoundedQueueTest {
  @Test
  void refusesWhatDoesNotFitAndKeepsTheOrder() {
    BoundedQueue<Integer> queue = new BoundedQueue<>(4);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 4; i++) {
        assertThat(queue.offer(i)).isTrue();
      }
      assertThat(queue.offer(4)).isFalse();
      assertThat(queue.isEmpty()).isFalse();
      for (int i = 0; i < 4; i++) {
        assertThat(queue.poll()).isEqualTo(i);
      }
      assertThat(queue.poll()).isNull();
      assertThat(queue.isEmpty()).isTrue();
    }
  }

  @Test
  @Timeout(60)
  void nothingIsLostBetweenManyThreadsAndOne() throws InterruptedException {
    int producers = 3;
    int each = 50_000;
    BoundedQueue<int[]> queue = new BoundedQueue<>(64);
    AtomicInteger refused = new AtomicInteger();
    Thread[] threads = new Thread[producers];
    for (int p = 0; p < producers; p++) {
      int producer = p;
      threads[p] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      if (!queue.offer(new int[] {producer, i})) {
                        refused.incrementAndGet();
                        Thread.onSpinWait();
                      }
                    }
                  });
    }
    int[] last = {-1, -1, -1};
    int taken = 0;
    while (taken + refused.get() < producers * each || !queue.isEmpty()) {
      int[] element = queue.poll();
      if (element == null) {
        Thread.onSpinWait();
        continue;
      }
      assertThat(element[1]).isGreaterThan(last[element[0]]);
      last[element[0]] = element[1];
      taken++;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken + refused.get()).isEqualTo(producers * each);
  }
}
