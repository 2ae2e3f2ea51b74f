package dev.namewell.core.forward;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.port.Events.UpstreamState;
import java.time.Duration;

/**
 * One upstream as it is seen just now.
 *
 * @param zone of its route
 * @param doubted still WORKING, but asked after the others until a probe is answered
 * @param failuresInRow since its last answer
 * @param smoothedRoundTrip zero while nothing is known
 * @param percentile95 time within which 95 of 100 answers came lately; zero while too few are known
 */
public record UpstreamView(
    DnsName zone,
    Endpoint server,
    UpstreamState state,
    boolean doubted,
    int failuresInRow,
    Duration smoothedRoundTrip,
    Duration percentile95) {}
