package dev.namewell.core.wire;

import dev.namewell.core.dns.Client;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Server cookies in the interoperable form (RFC 7873, RFC 9018 §4): version, time, and a SipHash of
 * them with the client's cookie and address. Who sends one back has received it, so its address is
 * its own. The secret is made anew each day (RFC 7873 §7.1). Thread-safe.
 */
public final class ServerCookies {
  /** Octets of the client's cookie, and the least length of the option. */
  static final int CLIENT = 8;

  /** Octets of a whole option: the client's cookie and ours. */
  static final int LENGTH = 24;

  private static final int TIME_AT = CLIENT + 4;
  private static final int HASH_AT = CLIENT + 8;

  /** Version 1 and three reserved octets of zero. */
  private static final int VERSION = 0x0100_0000;

  /** RFC 9018 §4.3: older ones are not valid, nor those from so far in the future. */
  private static final int MAX_AGE_SECONDS = 3600;

  private static final int MAX_AHEAD_SECONDS = 300;
  private static final long ROTATION_SECONDS = Duration.ofDays(1).toSeconds();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private record Key(long low, long high) {}

  /** The secret before is good for as long as cookies made with it are. */
  private record Secrets(Key current, Key before, long sinceSeconds) {}

  private final LongSupplier clock;
  private final RandomGenerator random;
  private final AtomicReference<Secrets> secrets;

  /**
   * @param clock seconds since 1970
   * @param random unpredictable to strangers
   */
  public ServerCookies(LongSupplier clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
    Key first = key();
    secrets = new AtomicReference<>(new Secrets(first, first, clock.getAsLong()));
  }

  private Key key() {
    return new Key(random.nextLong(), random.nextLong());
  }

  private Secrets secrets(long now) {
    Secrets known = secrets.get();
    if (now - known.sinceSeconds() < ROTATION_SECONDS) {
      return known;
    }
    secrets.compareAndSet(known, new Secrets(key(), known.current(), now));
    return secrets.get();
  }

  /** True if the query carries a cookie that this server gave to this client lately. */
  public boolean areValid(Query query, Client client) {
    int at = query.cookieAt();
    if (query.cookieLength() != LENGTH || Octets.u32(query.bytes(), at + CLIENT) != VERSION) {
      return false;
    }
    long now = clock.getAsLong();
    int age = (int) now - (int) Octets.u32(query.bytes(), at + TIME_AT); // RFC 1982
    if (age > MAX_AGE_SECONDS || age < -MAX_AHEAD_SECONDS) {
      return false;
    }
    Secrets known = secrets(now);
    long given = (long) LONGS.get(query.bytes(), at + HASH_AT);
    return hash(known.current(), query.bytes(), at, client) == given
        || hash(known.before(), query.bytes(), at, client) == given;
  }

  /** Writes the client's cookie and a new one of ours: {@link #LENGTH} octets. */
  void write(Query query, Client client, byte[] out, int at) {
    long now = clock.getAsLong();
    System.arraycopy(query.bytes(), query.cookieAt(), out, at, CLIENT);
    Octets.put32(out, at + CLIENT, VERSION);
    Octets.put32(out, at + TIME_AT, (int) now);
    LONGS.set(out, at + HASH_AT, hash(secrets(now).current(), out, at, client));
  }

  /** Over the sixteen octets from {@code at} and the client's address (RFC 9018 §4.4). */
  private static long hash(Key key, byte[] octets, int at, Client client) {
    SipHash hash = new SipHash(key.low(), key.high());
    hash.add((long) LONGS.get(octets, at));
    hash.add((long) LONGS.get(octets, at + Long.BYTES));
    if (client.isIpv4()) {
      long address = Integer.toUnsignedLong(Integer.reverseBytes((int) client.addressLow()));
      return hash.finish(address, 20);
    }
    hash.add(Long.reverseBytes(client.addressHigh()));
    hash.add(Long.reverseBytes(client.addressLow()));
    return hash.finish(0, 32);
  }

  /** SipHash-2-4, eight octets a step, first octet lowest. */
  private static final class SipHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    SipHash(long low, long high) {
      v0 = low ^ 0x736f6d6570736575L;
      v1 = high ^ 0x646f72616e646f6dL;
      v2 = low ^ 0x6c7967656e657261L;
      v3 = high ^ 0x7465646279746573L;
    }

    void add(long eight) {
      v3 ^= eight;
      round();
      round();
      v0 ^= eight;
    }

    /** Adds the octets left over, fewer than eight, and the length of all. */
    long finish(long rest, int length) {
      add(rest | (long) length << 56);
      v2 ^= 0xff;
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
