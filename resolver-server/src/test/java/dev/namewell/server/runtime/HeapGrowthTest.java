package dev.namewell.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** Garbage that no young collection would take is gone once the heap in use has doubled. */
class HeapGrowthTest {
  private static final int MORE_THAN_A_START_TAKES = 48 << 20;

  @Test
  void whatIsDeadIsCollectedWhenMoreIsInUseThanAtTheStart() {
    byte[] inUse = new byte[MORE_THAN_A_START_TAKES];
    WeakReference<Object> dead = new WeakReference<>(new Object());
    HeapGrowth heap = new HeapGrowth();

    heap.look();
    heap.look();

    assertThat(dead.get()).isNull();
    assertThat(inUse).hasSize(MORE_THAN_A_START_TAKES);
  }
}
