package dev.namewell.core.engine;

import dev.namewell.core.port.Events.DropReason;

/** Where the reply to one query goes. Exactly one of {@link #send} and {@link #drop} is called. */
public interface ReplySink {
  /** Sends {@code length} octets of {@code reply}, which are copied before this returns. */
  void send(byte[] reply, int length);

  /** The query gets no reply. The listener cleans up; the caller has counted it already. */
  void drop(DropReason why);

  /**
   * A sink for the same client that stays valid after {@code handle} returned and may be used from
   * any thread. The listener may reuse this one at once.
   */
  ReplySink detach();
}
