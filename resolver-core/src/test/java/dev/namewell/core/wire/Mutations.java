package dev.namewell.core.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damaged copies of messages, the same for the same seed. */
final class Mutations {
  private static final int HEADER = 12;
  private static final int MAX_MESSAGE = 65535;
  private static final int[] EDGES = {0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xfe, 0xff};
  private static final int[] WIDE_EDGES = {
    0, 1, 2, 4, 12, 41, 255, 256, 4096, 4097, 0x7fff, 0xffff
  };

  private final SplittableRandom random;
  private final List<byte[]> corpus;

  Mutations(long seed, Iterable<byte[]> corpus) {
    random = new SplittableRandom(seed);
    List<byte[]> all = new ArrayList<>();
    corpus.forEach(all::add);
    this.corpus = all;
  }

  /** One more: mostly small damage, for great damage is found out early. */
  byte[] next() {
    byte[] message = any().clone();
    int steps = 1 + random.nextInt(1 + random.nextInt(6));
    for (int i = 0; i < steps; i++) {
      message = mutate(message);
    }
    return message;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] mutate(byte[] message) {
    if (message.length < 2) {
      return any().clone();
    }
    int at = random.nextInt(message.length);
    int wide = Math.min(at, message.length - 2);
    switch (random.nextInt(12)) {
      case 0, 1 -> message[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> message[at] = (byte) random.nextInt();
      case 3 -> message[at] = (byte) EDGES[random.nextInt(EDGES.length)];
      case 4 -> Octets.put16(message, wide, WIDE_EDGES[random.nextInt(WIDE_EDGES.length)]);
      case 5 -> count(message);
      case 6 -> Octets.put16(message, wide, 0xc000 | random.nextInt(message.length));
      case 7 -> message[at] += (byte) (random.nextBoolean() ? 1 : -1);
      case 8 -> {
        return Arrays.copyOf(message, at);
      }
      case 9 -> {
        return splice(message, at, any(), HEADER);
      }
      case 10 -> {
        return splice(message, at, message, random.nextInt(message.length));
      }
      default -> {
        byte[] longer = Arrays.copyOf(message, message.length + 1 + random.nextInt(40));
        for (int i = message.length; i < longer.length; i++) {
          longer[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
        }
        return longer;
      }
    }
    return message;
  }

  private void count(byte[] message) {
    if (message.length >= HEADER) {
      int section = 4 + 2 * random.nextInt(4);
      int change = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(5) - 2;
      Octets.put16(message, section, Octets.u16(message, section) + change);
    }
  }

  /** The beginning of one, then the rest of the other. */
  private byte[] splice(byte[] one, int end, byte[] other, int least) {
    int from = Math.min(other.length, least + random.nextInt(Math.max(1, other.length - least)));
    int length = Math.min(MAX_MESSAGE, end + other.length - from);
    byte[] both = Arrays.copyOf(one, length);
    System.arraycopy(other, from, both, end, length - end);
    return both;
  }
}
