package dev.namewell.core.exchange;

import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.resolve.Budget;
import java.time.Duration;

/**
 * One question to one server.
 *
 * @param recursionDesired RD: true for forwarders, whose response is reduced to the answer; false
 *     for authoritative servers, whose response the asker reads as a whole
 * @param first transport to begin with; after a doubtful response UDP is left for TCP
 * @param timeout for all exchanges that this takes
 * @param budget each exchange is drawn from it
 */
public record Ask(
    ServerMemory memory,
    Question question,
    boolean recursionDesired,
    Transport first,
    Duration timeout,
    Budget budget) {}
