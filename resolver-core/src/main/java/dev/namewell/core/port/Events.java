package dev.namewell.core.port;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.wire.Query;

/** What happens, for those who count, log or show it. Methods never block and never throw. */
public interface Events {
  /** Where a reply came from. */
  enum Source {
    CACHE,
    STALE,
    LOCAL,
    FORWARDED,
    /** Found by recursion. */
    RESOLVED,
    FAILURE,
    /** Refused or malformed: an error made from the query itself. */
    ERROR
  }

  /** Why a query got no reply at all. */
  enum DropReason {
    /** Shorter than a header. */
    RUNT,
    /** QR was set: a response sent to a server's port. */
    RESPONSE,
    /** The client is not in {@code allow}, and outsiders are met with silence. */
    NOT_ALLOWED,
    /** More queries than may be in flight. */
    OVERLOADED,
    /** The client's connection was gone when the reply was ready. */
    CLIENT_GONE,
    /** The kernel took no more packets. */
    SEND_FAILED
  }

  /** How an exchange with a server ended. */
  enum ExchangeEnd {
    ANSWERED,
    TIMEOUT,
    UNREACHABLE,
    SERVFAIL,
    REFUSED,
    /** Any other rcode that is no answer. */
    OTHER_RCODE,
    GARBLED,
    /** Wrong ID, question, letter case or cookie. */
    MISMATCH,
    OVERLOADED
  }

  /** What changed about an upstream. */
  enum UpstreamState {
    WORKING,
    SET_ASIDE,
    /** Its answers come from ourselves. */
    LOOPING
  }

  /** What the cache did, beyond hits and misses. */
  enum CacheEvent {
    PREFETCH,
    STALE_REFRESH,
    EVICTED,
    COALESCED,
    /** An answer was made from verified records about other names (RFC 8198). */
    SYNTHESISED
  }

  /** Where a defect showed itself. */
  enum Part {
    QUERY,
    RESOLUTION,
    VALIDATION,
    TRUST_ANCHORS,
    ROOT_ZONE,
    UDP,
    TCP
  }

  /**
   * Called once for each reply, on the thread that sends it, for cached answers the event loop:
   * must not allocate there. {@code query} and {@code client} are valid only during the call.
   *
   * @param nanos from receipt to reply
   */
  void answered(Query query, Client client, int rcode, Source source, long nanos);

  /** Called once for each query that is not answered. */
  void dropped(DropReason reason, Transport transport);

  /** An exchange ended; {@code nanos} is its round trip or, without answer, the time spent. */
  void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos);

  void upstreamChanged(Endpoint server, UpstreamState state, String why);

  /**
   * From now on no root server answers, or one does again.
   *
   * @param why none does; empty if one does
   */
  default void rootServersChanged(boolean answer, String why) {}

  void cache(CacheEvent event);

  /**
   * A named limit stopped something. {@code name} is the key in the configuration or a constant.
   */
  void limitReached(String name);

  /** An answer cannot be proved, though it should (RFC 4035 §4.3). */
  void bogus(Question question, ExtendedError why);

  /** What became of the copy of the root zone, in words. */
  default void rootZone(String what) {}

  /** Something changed about what is trusted; {@code what} is for people, one line. */
  void trust(String what);

  /**
   * A defect: an exception that should not be.
   *
   * @param about what was being done, for the log
   */
  void defect(Part part, String about, Throwable defect);
}
