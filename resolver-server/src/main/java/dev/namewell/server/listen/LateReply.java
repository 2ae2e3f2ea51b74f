package dev.namewell.server.listen;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sink that outlives its packet: takes the reply from any thread and hands it to the event loop
 * of the socket, where {@link #deliver} is called.
 */
abstract class LateReply implements ReplySink {
  private final ReplyQueue queue;
  private byte @Nullable [] reply;

  LateReply(ReplyQueue queue) {
    this.queue = queue;
  }

  /** Which transport the client used. */
  abstract Transport transport();

  /**
   * Passes the reply on; null if there is none. On the event loop.
   *
   * @return what must be flushed when the queue is empty
   */
  abstract @Nullable Outlet deliver(byte @Nullable [] message);

  final @Nullable Outlet deliver() {
    return deliver(reply);
  }

  /** Forgets the reply: there is no room for it. */
  final void forgetReply() {
    reply = null;
  }

  /** Octets that are waiting in this object. */
  final int octets() {
    byte[] waiting = reply;
    return waiting == null ? 0 : waiting.length;
  }

  @Override
  public final void send(byte[] message, int length) {
    reply = Arrays.copyOf(message, length);
    queue.add(this);
  }

  @Override
  public final void drop(DropReason why) {
    queue.add(this);
  }

  @Override
  public final ReplySink detach() {
    return this;
  }

  /** A socket to which several replies can go at once. */
  interface Outlet {
    /** Sends what has been delivered. */
    void flushReplies();

    /** True if it is already among those to be flushed; sets that to {@code now}. */
    boolean markWaiting(boolean now);
  }
}
