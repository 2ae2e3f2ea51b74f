package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyBucketsTest {
  @Test
  void upperBoundsAreInclusive() {
    double[] bounds = LatencyBuckets.upperBoundsSeconds();
    for (int i = 0; i < LatencyBuckets.COUNT - 1; i++) {
      long nanos = Math.round(bounds[i] * 1e9);
      assertThat(LatencyBuckets.of(nanos)).as("at bound %d", i).isEqualTo(i);
      assertThat(LatencyBuckets.of(nanos + 1)).as("above bound %d", i).isEqualTo(i + 1);
    }
    assertThat(bounds[LatencyBuckets.COUNT - 1]).isInfinite();
  }

  @Test
  void anythingAtAllHasABucket() {
    assertThat(LatencyBuckets.of(0)).isZero();
    assertThat(LatencyBuckets.of(-5)).isZero();
    assertThat(LatencyBuckets.of(Long.MIN_VALUE)).isZero();
    assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
  }
}
