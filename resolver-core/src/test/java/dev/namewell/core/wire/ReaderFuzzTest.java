package dev.namewell.core.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Fuzz targets, guided by coverage. A build tries what lies in {@code ReaderFuzzTestInputs}; with
 * {@code JAZZER_FUZZ=1} in the environment one target goes on from there.
 */
class ReaderFuzzTest {
  private static final String DURATION = "2m";

  @FuzzTest(maxDuration = DURATION)
  void query(byte[] packet) {
    ReaderProperties.checkQuery(packet, true);
  }

  @FuzzTest(maxDuration = DURATION)
  void response(byte[] message) {
    ReaderProperties.checkResponse(message, true);
  }
}
