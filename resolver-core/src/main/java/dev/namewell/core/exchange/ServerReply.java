package dev.namewell.core.exchange;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.wire.Response;

/** What asking one server brought. */
public sealed interface ServerReply {
  /** The answer, positive or negative. */
  record Answered(Answer answer) implements ServerReply {}

  /** An alias chain that ends in a name about which the server said nothing. */
  record Aliased(Answer aliases, DnsName target) implements ServerReply {}

  /** What an authoritative server said, NOERROR or NXDOMAIN; not scrubbed. */
  record Responded(Response response) implements ServerReply {}

  /**
   * No answer.
   *
   * @param end never ANSWERED
   * @param rcode of the last response; -1 if there was none
   * @param said for people: the rcode and the server's Extended DNS Errors, the limit that was
   *     reached, or what was wrong
   */
  record Failed(ExchangeEnd end, int rcode, String said) implements ServerReply {}
}
