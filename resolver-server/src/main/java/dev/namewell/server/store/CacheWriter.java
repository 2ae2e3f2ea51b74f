package dev.namewell.server.store;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes the format that {@link CacheReader} reads, all numbers big-endian:
 *
 * <pre>
 * header  magic (8 octets), version (16 bits), zero (16), wall clock in ms (64),
 *         what answers are proved by (64), CRC-32C (32)
 * block*  length (32, not zero), CRC-32C (32), entries
 * end     zero (32), number of entries (64), CRC-32C of the number (32)
 * entry   bits (8: 1 DO, 2 CD), TTL in s (32), age in ms (64), length of message (32),
 *         length of message and offsets (32), message, TTL offsets
 * </pre>
 */
final class CacheWriter {
  /** The first octet is no text, so that nobody takes the file for some. */
  static final long MAGIC = 0x8d4e57_43414348_45L;

  static final int VERSION = 2;

  /** It did not say what answers were proved by. */
  static final int VERSION_BEFORE = 1;

  static final int HEADER_OCTETS = 28;
  static final int ENTRY_HEADER = 1 + Integer.BYTES + Long.BYTES + 2 * Integer.BYTES;
  static final int DNSSEC_OK = 1;
  static final int CHECKING_DISABLED = 2;

  /** Entries are gathered until a block has this many octets; one more entry still fits. */
  static final int BLOCK = 1 << 16;

  static final int MAX_BLOCK = BLOCK + ENTRY_HEADER + StoredAnswer.MAX_PACKED;

  private final DataOutputStream out;
  private final ByteBuffer block = ByteBuffer.allocate(MAX_BLOCK);
  private long entries;

  CacheWriter(OutputStream out, long wallClockMillis, long provedBy) throws IOException {
    this.out = new DataOutputStream(out);
    ByteBuffer header = ByteBuffer.allocate(HEADER_OCTETS);
    header.putLong(MAGIC).putShort((short) VERSION).putShort((short) 0);
    header.putLong(wallClockMillis).putLong(provedBy);
    this.out.write(header.array());
    this.out.writeInt(checksum(header.array(), HEADER_OCTETS));
  }

  void write(StoredAnswer answer) throws IOException {
    block.put(
        (byte)
            ((answer.dnssecOk() ? DNSSEC_OK : 0)
                | (answer.checkingDisabled() ? CHECKING_DISABLED : 0)));
    block.putInt(answer.ttlSeconds()).putLong(answer.ageMillis());
    block.putInt(answer.wireLength()).putInt(answer.packed().length).put(answer.packed());
    entries++;
    if (block.position() >= BLOCK) {
      writeBlock();
    }
  }

  private void writeBlock() throws IOException {
    out.writeInt(block.position());
    out.writeInt(checksum(block.array(), block.position()));
    out.write(block.array(), 0, block.position());
    block.clear();
  }

  /** Writes the end mark; returns the number of entries. */
  long finish() throws IOException {
    if (block.position() > 0) {
      writeBlock();
    }
    out.writeInt(0);
    out.writeLong(entries);
    out.writeInt(checksum(ByteBuffer.allocate(Long.BYTES).putLong(entries).array(), Long.BYTES));
    out.flush();
    return entries;
  }

  static int checksum(byte[] octets, int length) {
    CRC32C sum = new CRC32C();
    sum.update(octets, 0, length);
    return (int) sum.getValue();
  }
}
