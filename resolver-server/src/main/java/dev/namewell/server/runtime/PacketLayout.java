package dev.namewell.server.runtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One block of native memory for a batch of packets: {@code mmsghdr[n] iovec[n] name[n] control[n]
 * payload[n]}. Offsets are those of 64-bit Linux.
 */
final class PacketLayout {
  /** Octets of a sockaddr_in and a sockaddr_in6. */
  static final int NAME_IPV4 = 16;

  static final int NAME_IPV6 = 28;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final ValueLayout.OfShort NET_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt NET_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  /** The halves of an IPv6 address stand at 8 within a sockaddr_in6, but also in control data. */
  static final ValueLayout.OfLong NET_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Within a sockaddr. */
  static final int PORT = 2;

  static final int IPV4_ADDRESS = 4;
  static final int IPV6_ADDRESS = 8;

  /** Room for one packet-info control message, {@code CMSG_SPACE(sizeof(in6_pktinfo))}. */
  static final int CONTROL_SPACE = 40;

  /** Within control data: cmsghdr is a length, a level and a type. */
  static final int CMSG_LEVEL = 8;

  static final int CMSG_TYPE = 12;
  static final int CMSG_PAYLOAD = 16;

  private static final int HEADER_SIZE = 64;
  private static final int IOVEC_SIZE = 16;
  private static final int NAME_STRIDE = 32;
  private static final int CONTROL_STRIDE = 64;
  private static final int CACHE_LINE = 64;

  private static final int NAME_POINTER = 0;
  private static final int NAME_LENGTH = 8;
  private static final int IOVEC_POINTER = 16;
  private static final int IOVEC_COUNT = 24;
  private static final int CONTROL_POINTER = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int MESSAGE_LENGTH = 56;
  private static final int IOVEC_LENGTH = 8;

  final int slots;
  final int slotSize;
  final MemorySegment memory;
  final MemorySegment errno;
  private final long base;
  private final long iovecs;
  private final long names;
  private final long controls;
  private final long payloads;
  private final long payloadStride;

  /** The memory is freed when this object is no longer reachable. */
  PacketLayout(int slots, int slotSize) {
    this.slots = slots;
    this.slotSize = slotSize;
    // One line more than the slot: slots a page apart would all fall into the same cache sets.
    payloadStride = (slotSize + CACHE_LINE - 1L) / CACHE_LINE * CACHE_LINE + CACHE_LINE;
    iovecs = (long) slots * HEADER_SIZE;
    names = iovecs + (long) slots * IOVEC_SIZE;
    controls = names + (long) slots * NAME_STRIDE;
    payloads = controls + (long) slots * CONTROL_STRIDE;
    Arena arena = Arena.ofAuto();
    memory = arena.allocate(payloads + slots * payloadStride, CACHE_LINE);
    errno = Libc.newErrno(arena);
    base = memory.address();
    for (int slot = 0; slot < slots; slot++) {
      memory.set(JAVA_LONG, header(slot) + NAME_POINTER, base + name(slot));
      memory.set(JAVA_LONG, header(slot) + IOVEC_POINTER, base + iovec(slot));
      memory.set(JAVA_LONG, header(slot) + IOVEC_COUNT, 1);
      memory.set(JAVA_LONG, header(slot) + CONTROL_POINTER, base + control(slot));
      memory.set(JAVA_LONG, iovec(slot), base + payload(slot));
      memory.set(JAVA_LONG, iovec(slot) + IOVEC_LENGTH, slotSize);
    }
  }

  private static long header(int slot) {
    return (long) slot * HEADER_SIZE;
  }

  private long iovec(int slot) {
    return iovecs + (long) slot * IOVEC_SIZE;
  }

  long name(int slot) {
    return names + (long) slot * NAME_STRIDE;
  }

  long control(int slot) {
    return controls + (long) slot * CONTROL_STRIDE;
  }

  long payload(int slot) {
    return payloads + slot * payloadStride;
  }

  /** The address in memory of the header of a slot, for the system call. */
  long headerAddress(int slot) {
    return base + header(slot);
  }

  int nameLength(int slot) {
    return memory.get(JAVA_INT, header(slot) + NAME_LENGTH);
  }

  int controlLength(int slot) {
    return (int) memory.get(JAVA_LONG, header(slot) + CONTROL_LENGTH);
  }

  int messageLength(int slot) {
    return memory.get(JAVA_INT, header(slot) + MESSAGE_LENGTH);
  }

  void setPayloadLength(int slot, int length) {
    memory.set(JAVA_LONG, iovec(slot) + IOVEC_LENGTH, length);
  }

  void setLengths(int slot, int nameLength, int controlLength) {
    memory.set(JAVA_INT, header(slot) + NAME_LENGTH, nameLength);
    memory.set(JAVA_LONG, header(slot) + CONTROL_LENGTH, controlLength);
  }

  /** Lets a slot use the name and the control data of a slot of another layout. */
  void borrow(int slot, PacketLayout other, int otherSlot) {
    memory.set(JAVA_LONG, header(slot) + NAME_POINTER, other.base + other.name(otherSlot));
    memory.set(JAVA_LONG, header(slot) + CONTROL_POINTER, other.base + other.control(otherSlot));
  }

  /** Points a slot back to its own name and control data. */
  void own(int slot) {
    borrow(slot, this, slot);
  }
}
