package dev.namewell.server.store;

import dev.namewell.server.store.CacheFile.Ending;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what {@link CacheWriter} wrote, and believes nothing: every length is bounded. */
final class CacheReader {
  /** The file is not what it should be; the message says in which way. */
  static final class DamagedException extends IOException {
    DamagedException(String what) {
      super(what);
    }
  }

  private final DataInputStream in;
  private final Predicate<StoredAnswer> sink;
  private long elapsedMillis;
  private long entries;

  /**
   * @param sink takes each answer with its age at this moment; returns false to stop the reading
   */
  CacheReader(InputStream in, Predicate<StoredAnswer> sink) {
    this.in = new DataInputStream(in);
    this.sink = sink;
  }

  /** Answers handed on so far. */
  long entries() {
    return entries;
  }

  /**
   * Reads all, unless the sink stops it or the file is outdated.
   *
   * @param provedBy what answers are proved by now
   * @throws DamagedException if the file is damaged, cut short, foreign or of a newer version
   */
  Ending read(long wallClockMillis, long provedBy) throws IOException {
    try {
      ByteBuffer header = readHeader();
      if (header == null) {
        return Ending.OUTDATED;
      }
      long written = header.getLong();
      if (header.getLong() != provedBy) {
        return Ending.OUTDATED;
      }
      // A clock that went back since then says nothing about the time that passed.
      elapsedMillis = Math.max(0, wallClockMillis - written);
      while (true) {
        int length = in.readInt();
        if (length == 0) {
          readEnd();
          return Ending.WHOLE;
        }
        if (!readBlock(length)) {
          return Ending.STOPPED;
        }
      }
    } catch (EOFException tooShort) {
      throw new DamagedException("it is cut short");
    }
  }

  /** What stands behind version and padding; null if an older version wrote the file. */
  private @Nullable ByteBuffer readHeader() throws IOException {
    byte[] octets = new byte[CacheWriter.HEADER_OCTETS];
    in.readFully(octets);
    ByteBuffer header = ByteBuffer.wrap(octets);
    if (header.getLong() != CacheWriter.MAGIC) {
      throw new DamagedException("it is no cache file");
    }
    int version = Short.toUnsignedInt(header.getShort());
    if (version == CacheWriter.VERSION_BEFORE) {
      return null;
    }
    if (version != CacheWriter.VERSION) {
      throw new DamagedException(
          "its format has version " + version + ", this program knows " + CacheWriter.VERSION);
    }
    if (in.readInt() != CacheWriter.checksum(octets, octets.length)) {
      throw new DamagedException("the checksum of its header is wrong");
    }
    header.getShort();
    return header;
  }

  private boolean readBlock(int length) throws IOException {
    if (length < 0 || length > CacheWriter.MAX_BLOCK) {
      throw new DamagedException("a block has an impossible length");
    }
    int sum = in.readInt();
    byte[] octets = new byte[length];
    in.readFully(octets);
    if (sum != CacheWriter.checksum(octets, length)) {
      throw new DamagedException("the checksum of a block is wrong");
    }
    ByteBuffer block = ByteBuffer.wrap(octets);
    while (block.hasRemaining()) {
      StoredAnswer answer = readEntry(block);
      entries++;
      if (!sink.test(answer.aged(elapsedMillis))) {
        return false;
      }
    }
    return true;
  }

  private static StoredAnswer readEntry(ByteBuffer block) throws DamagedException {
    if (block.remaining() < CacheWriter.ENTRY_HEADER) {
      throw new DamagedException("an entry is cut short");
    }
    int bits = block.get();
    int ttlSeconds = block.getInt();
    long ageMillis = block.getLong();
    int wireLength = block.getInt();
    int length = block.getInt();
    if (length < 0 || length > block.remaining()) {
      throw new DamagedException("an entry has an impossible length");
    }
    byte[] packed = new byte[length];
    block.get(packed);
    try {
      return new StoredAnswer(
          packed,
          wireLength,
          (bits & CacheWriter.DNSSEC_OK) != 0,
          (bits & CacheWriter.CHECKING_DISABLED) != 0,
          ttlSeconds,
          ageMillis);
    } catch (IllegalArgumentException malformed) {
      throw new DamagedException("an entry is " + malformed.getMessage());
    }
  }

  private void readEnd() throws IOException {
    byte[] count = new byte[Long.BYTES];
    in.readFully(count);
    if (in.readInt() != CacheWriter.checksum(count, count.length)
        || ByteBuffer.wrap(count).getLong() != entries) {
      throw new DamagedException("the number of its entries is wrong");
    }
    if (in.read() >= 0) {
      throw new DamagedException("something follows its end");
    }
  }
}
