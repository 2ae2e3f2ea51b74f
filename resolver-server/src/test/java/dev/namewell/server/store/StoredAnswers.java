package dev.namewell.server.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Answers for tests. */
final class StoredAnswers {
  static final int TTL_SECONDS = 300;
  private static final int HEADER = 12;

  private StoredAnswers() {}

  /** An A record for {@code label.example.} and its one TTL offset. */
  static StoredAnswer of(String label, long ageMillis) {
    return of(label, 4, ageMillis);
  }

  /** One record with {@code rdataLength} octets. */
  static StoredAnswer of(String label, int rdataLength, long ageMillis) {
    byte[] octets = label.getBytes(StandardCharsets.US_ASCII);
    int wireLength = HEADER + octets.length + 1 + 9 + 4 + HEADER + rdataLength;
    ByteBuffer packed = ByteBuffer.allocate(wireLength + 2);
    packed.putShort((short) 0).putShort((short) 0x8180);
    packed.putShort((short) 1).putShort((short) 1).putInt(0);
    packed.put((byte) octets.length).put(octets);
    packed.put((byte) 7).put("example".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    packed.putShort((short) 1).putShort((short) 1);
    packed.putShort((short) (0xc000 | HEADER)).putShort((short) 1).putShort((short) 1);
    int ttlOffset = packed.position();
    packed.putInt(TTL_SECONDS).putShort((short) rdataLength);
    packed.position(packed.position() + rdataLength);
    packed.putShort((short) ttlOffset);
    return new StoredAnswer(packed.array(), wireLength, true, false, TTL_SECONDS, ageMillis);
  }
}
