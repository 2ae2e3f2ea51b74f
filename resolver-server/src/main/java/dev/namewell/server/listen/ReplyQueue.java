package dev.namewell.server.listen;

import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.server.listen.LateReply.Outlet;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Replies from other threads on their way to one event loop: one wake-up for as many as there are,
 * and one flush for each socket. Bounded by octets.
 */
final class ReplyQueue implements Runnable {
  /** More than the loop can be behind unless it is stalled: about 40 000 usual replies. */
  private static final long MAX_OCTETS = 8L << 20;

  /** Replies of one turn, after which the loop looks at its sockets again. */
  private static final int TURN = 256;

  private final EventLoop loop;
  private final Events events;
  private final Queue<LateReply> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong octets = new AtomicLong();
  private final List<Outlet> touched = new ArrayList<>();

  ReplyQueue(EventLoop loop, Events events) {
    this.loop = loop;
    this.events = events;
  }

  /** Adds a finished reply; from any thread. Without room it still arrives, but empty. */
  void add(LateReply reply) {
    int length = reply.octets();
    if (octets.addAndGet(length) > MAX_OCTETS) {
      octets.addAndGet(-length);
      reply.forgetReply();
      events.dropped(DropReason.SEND_FAILED, reply.transport());
    }
    queue.add(reply);
    wake();
  }

  private void wake() {
    if (scheduled.getAndSet(true)) {
      return;
    }
    try {
      loop.execute(this);
    } catch (RejectedExecutionException stopped) {
      // The server is gone, and its sockets with it.
      for (LateReply lost = queue.poll(); lost != null; lost = queue.poll()) {
        events.dropped(DropReason.CLIENT_GONE, lost.transport());
      }
    }
  }

  /** Delivers what is there; on the event loop. */
  @Override
  public void run() {
    scheduled.set(false);
    for (int i = 0; i < TURN; i++) {
      LateReply reply = queue.poll();
      if (reply == null) {
        break;
      }
      octets.addAndGet(-reply.octets());
      Outlet outlet = deliver(reply);
      if (outlet != null && !outlet.markWaiting(true)) {
        touched.add(outlet);
      }
    }
    for (Outlet outlet : touched) {
      outlet.markWaiting(false);
      outlet.flushReplies();
    }
    touched.clear();
    if (!queue.isEmpty()) {
      wake();
    }
  }

  /** Delivers all that is there now, however many turns that takes; on the event loop. */
  void deliverAll() {
    for (int left = queue.size(); left > 0; left -= TURN) {
      run();
    }
  }

  private @Nullable Outlet deliver(LateReply reply) {
    try {
      return reply.deliver();
    } catch (RuntimeException defect) {
      events.defect(reply.transport().isStream() ? Part.TCP : Part.UDP, "late reply", defect);
      return null;
    }
  }
}
