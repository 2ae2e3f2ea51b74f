package dev.namewell.server.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.namewell.core.dns.Client;
import java.lang.foreign.MemorySegment;

/**
 * Datagrams as {@code recvmmsg} delivered them, with who sent them and which local address they
 * were sent to. One for each event loop, used for all its sockets in turn; not thread-safe.
 */
public final class ReceiveBatch {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IP_PKTINFO = 8;
  private static final int IPV6_PKTINFO = 50;

  /** Within in_pktinfo {ifindex, spec_dst, addr} and in6_pktinfo {addr, ifindex}. */
  private static final int IPV4_LOCAL = PacketLayout.CMSG_PAYLOAD + 4;

  private static final int IPV6_INDEX = PacketLayout.CMSG_PAYLOAD + 16;

  final PacketLayout layout;
  private int count;

  /**
   * @param slots datagrams of one call
   * @param slotSize octets of a datagram that are kept; what is longer is cut
   */
  public ReceiveBatch(int slots, int slotSize) {
    layout = new PacketLayout(slots, slotSize);
    count = slots;
  }

  /**
   * Takes what the socket has, without waiting.
   *
   * @return how many datagrams there are now, 0 if none, or {@code -errno}
   */
  public int receive(int fd) {
    for (int slot = 0; slot < count; slot++) {
      layout.setLengths(slot, PacketLayout.NAME_IPV6, PacketLayout.CONTROL_SPACE);
    }
    int got = Libc.recvmmsg(layout.errno, fd, layout.headerAddress(0), layout.slots, MSG_DONTWAIT);
    count = Math.max(got, 0);
    return got == -Libc.EAGAIN || got == -Libc.EINTR ? 0 : got;
  }

  public int count() {
    return count;
  }

  public boolean isFull() {
    return count == layout.slots;
  }

  /** Octets that were received into a slot, which may be 0. */
  public int length(int slot) {
    return layout.messageLength(slot);
  }

  /** Copies a datagram to the start of {@code target}, which holds a slot at least. */
  public void copyTo(int slot, byte[] target) {
    MemorySegment.copy(
        layout.memory, JAVA_BYTE, layout.payload(slot), target, 0, layout.messageLength(slot));
  }

  /** Sets {@code client} to the sender of a datagram. */
  public void readSender(int slot, Client client) {
    MemorySegment memory = layout.memory;
    long name = layout.name(slot);
    int port = memory.get(PacketLayout.NET_SHORT, name + PacketLayout.PORT) & 0xffff;
    if (memory.get(JAVA_SHORT, name) == PacketLayout.AF_INET) {
      client.setIpv4(memory.get(PacketLayout.NET_INT, name + PacketLayout.IPV4_ADDRESS), port);
    } else {
      long address = name + PacketLayout.IPV6_ADDRESS;
      client.setIpv6(
          memory.get(PacketLayout.NET_LONG, address),
          memory.get(PacketLayout.NET_LONG, address + Long.BYTES),
          port);
    }
  }

  /**
   * Makes the received packet information fit for the way back: the reply leaves from the address
   * that was asked, by whatever interface routing chooses; only a link-local address needs its own
   * (RFC 4007 §6). A multicast address cannot be a source.
   */
  void turnAround(int slot) {
    if (layout.controlLength(slot) == 0) {
      return;
    }
    MemorySegment memory = layout.memory;
    long control = layout.control(slot);
    int level = memory.get(JAVA_INT, control + PacketLayout.CMSG_LEVEL);
    int type = memory.get(JAVA_INT, control + PacketLayout.CMSG_TYPE);
    if (level == IPPROTO_IP && type == IP_PKTINFO) {
      int local = memory.get(PacketLayout.NET_INT, control + IPV4_LOCAL);
      if (local >>> 16 != 0xa9fe) {
        memory.set(JAVA_INT, control + PacketLayout.CMSG_PAYLOAD, 0);
      }
    } else if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
      long high = memory.get(PacketLayout.NET_LONG, control + PacketLayout.CMSG_PAYLOAD);
      boolean multicast = high >>> 56 == 0xff;
      if (multicast) {
        memory.set(PacketLayout.NET_LONG, control + PacketLayout.CMSG_PAYLOAD, 0);
        memory.set(PacketLayout.NET_LONG, control + PacketLayout.CMSG_PAYLOAD + Long.BYTES, 0);
      } else if (high >>> 54 != 0xfe80 >>> 6) {
        memory.set(JAVA_INT, control + IPV6_INDEX, 0);
      }
    } else {
      layout.setLengths(slot, layout.nameLength(slot), 0);
    }
  }

  /** Where a reply to this datagram goes, and from where: for {@link SendBatch#add}. */
  public byte[] replyPath(int slot) {
    turnAround(slot);
    return SendBatch.path(layout, slot, layout.nameLength(slot), layout.controlLength(slot));
  }
}
