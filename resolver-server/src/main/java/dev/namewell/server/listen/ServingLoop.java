package dev.namewell.server.listen;

import dev.namewell.core.engine.QueryHandler;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Time;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.ReceiveBatch;
import dev.namewell.server.runtime.SendBatch;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One event loop with what its sockets share. Only the thread of the loop touches the buffers. */
public final class ServingLoop {
  /** A query is far shorter, and no reply is longer than what RFC 9715 allows, 1400 octets. */
  static final int SLOT = 4096;

  /** The longest DNS message; its length is 16 bits. */
  private static final int LONGEST_MESSAGE = 65535;

  final IoEventLoop loop;
  final ByteBufAllocator allocator;
  final QueryHandler handler;
  final Time time;
  final Events events;

  /** The query being handled. */
  final byte[] query = new byte[LONGEST_MESSAGE];

  final ReplyQueue replies;
  private @Nullable ReceiveBatch received;
  private byte @Nullable [][] queries;
  private @Nullable SendBatch sending;

  private ServingLoop(
      IoEventLoop loop,
      ByteBufAllocator allocator,
      QueryHandler handler,
      Time time,
      Events events) {
    this.loop = loop;
    this.allocator = allocator;
    this.handler = handler;
    this.time = time;
    this.events = events;
    replies = new ReplyQueue(loop, events);
  }

  /** A query handler for each loop; {@code handlers} is asked once for each, by index. */
  public static List<ServingLoop> on(
      EventLoops loops, IntFunction<QueryHandler> handlers, Time time, Events events) {
    List<ServingLoop> serving = new ArrayList<>();
    for (int i = 0; i < loops.loops().size(); i++) {
      serving.add(
          new ServingLoop(
              loops.loops().get(i), loops.allocator(), handlers.apply(i), time, events));
    }
    return List.copyOf(serving);
  }

  /** Where this loop's batched sockets receive. */
  ReceiveBatch received() {
    if (received == null) {
      received = new ReceiveBatch(QueryHandler.MOST_EXPECTED, SLOT);
    }
    return received;
  }

  /** The queries of one batch, by slot. */
  byte[][] queries() {
    if (queries == null) {
      queries = new byte[QueryHandler.MOST_EXPECTED][SLOT];
    }
    return queries;
  }

  /** What this loop's batched sockets are about to send. */
  SendBatch sending() {
    if (sending == null) {
      sending = new SendBatch(QueryHandler.MOST_EXPECTED, SLOT);
    }
    return sending;
  }
}
