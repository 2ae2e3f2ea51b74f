package dev.namewell.server.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Datagrams waiting for one {@code sendmmsg}. One for each event loop, used for all its sockets in
 * turn; not thread-safe.
 */
public final class SendBatch {
  private static final int MSG_DONTWAIT = 0x40;

  /** A path is two octets of lengths, a name and control data. */
  private static final int PATH_NAME = 2;

  private static final int PATH_CONTROL = PATH_NAME + PacketLayout.NAME_IPV6;
  private static final int PATH_SIZE = PATH_CONTROL + PacketLayout.CONTROL_SPACE;

  private final PacketLayout layout;
  private int first;
  private int end;

  // What is borrowed is known here, since a header has no room for it.
  private final PacketLayout[] pathOwner;
  private final int[] pathSlot;
  private final int[] payloadLength;

  /** A batch of so many datagrams of at most {@code slotSize} octets. */
  public SendBatch(int slots, int slotSize) {
    layout = new PacketLayout(slots, slotSize);
    pathOwner = new PacketLayout[slots];
    pathSlot = new int[slots];
    payloadLength = new int[slots];
  }

  /** The longest datagram that fits, octets. */
  public int slotSize() {
    return layout.slotSize;
  }

  public boolean isEmpty() {
    return first == end;
  }

  public boolean isFull() {
    return end == layout.slots;
  }

  /**
   * Adds a reply to a received datagram. {@code received} must not receive again before this batch
   * is sent: its addresses are used in place.
   */
  public void addReply(ReceiveBatch received, int slot, byte[] reply, int length) {
    received.turnAround(slot);
    PacketLayout from = received.layout;
    layout.borrow(end, from, slot);
    layout.setLengths(end, from.nameLength(slot), from.controlLength(slot));
    fill(reply, length);
    pathOwner[end] = from;
    pathSlot[end] = slot;
    end++;
  }

  /**
   * Adds a datagram that goes the way of {@code path}, made by {@link #path} or a receive batch.
   */
  public void add(byte[] path, byte[] payload, int length) {
    layout.own(end);
    MemorySegment.copy(
        path, PATH_NAME, layout.memory, JAVA_BYTE, layout.name(end), PacketLayout.NAME_IPV6);
    MemorySegment.copy(
        path,
        PATH_CONTROL,
        layout.memory,
        JAVA_BYTE,
        layout.control(end),
        PATH_SIZE - PATH_CONTROL);
    layout.setLengths(end, path[0], path[1]);
    fill(payload, length);
    pathOwner[end] = layout;
    pathSlot[end] = end;
    end++;
  }

  /** Adds a datagram for the peer of a connected socket. */
  public void add(byte[] payload, int length) {
    layout.setLengths(end, 0, 0);
    fill(payload, length);
    pathOwner[end] = layout;
    pathSlot[end] = end;
    end++;
  }

  private void fill(byte[] payload, int length) {
    MemorySegment.copy(payload, 0, layout.memory, JAVA_BYTE, layout.payload(end), length);
    layout.setPayloadLength(end, length);
    payloadLength[end] = length;
  }

  static byte[] path(PacketLayout from, int slot, int nameLength, int controlLength) {
    byte[] path = new byte[PATH_SIZE];
    path[0] = (byte) nameLength;
    path[1] = (byte) controlLength;
    MemorySegment.copy(from.memory, JAVA_BYTE, from.name(slot), path, PATH_NAME, nameLength);
    MemorySegment.copy(
        from.memory, JAVA_BYTE, from.control(slot), path, PATH_CONTROL, controlLength);
    return path;
  }

  /**
   * Sends as much as the socket takes, passing over datagrams that cannot be sent.
   *
   * @return how many could not be sent for a reason of their own; they are lost. Those the socket
   *     has no room for now are still here: {@link #isEmpty} tells.
   */
  public int send(int fd) {
    int lost = 0;
    while (first < end) {
      int sent =
          Libc.sendmmsg(layout.errno, fd, layout.headerAddress(first), end - first, MSG_DONTWAIT);
      if (sent > 0) {
        first += sent;
      } else if (sent == -Libc.EAGAIN) {
        return lost;
      } else if (sent != -Libc.EINTR) {
        first++;
        lost++;
      }
    }
    clear();
    return lost;
  }

  /** How many datagrams are here. */
  public int size() {
    return end - first;
  }

  /** The path of the n-th datagram that is still here. */
  public byte[] pathOf(int index) {
    int slot = first + index;
    return path(
        pathOwner[slot], pathSlot[slot], layout.nameLength(slot), layout.controlLength(slot));
  }

  /** A copy of the n-th datagram that is still here. */
  public byte[] payloadOf(int index) {
    byte[] payload = new byte[payloadLength[first + index]];
    MemorySegment.copy(
        layout.memory, JAVA_BYTE, layout.payload(first + index), payload, 0, payload.length);
    return payload;
  }

  /** Forgets what is left. */
  public void clear() {
    first = 0;
    end = 0;
  }
}
