package dev.namewell.core.engine;

import dev.namewell.core.port.Events;
import dev.namewell.core.port.Exchange;
import dev.namewell.core.port.Memo;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import java.security.Provider;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The outside world as the engine gets it.
 *
 * @param random unpredictable to strangers: IDs, letter case and cookies depend on it
 * @param memo what was learned about trust anchors, over a restart
 * @param tcpKeepalive idle timeout of client connections just now, in units of 100 ms (RFC 7828)
 * @param cryptography verifies signatures where the Java runtime would be slow; may take long to
 *     come, so it is asked for on threads that compute only
 */
public record Environment(
    Exchange exchange,
    Tasks tasks,
    Time time,
    Events events,
    RandomGenerator random,
    Memo memo,
    IntSupplier tcpKeepalive,
    Supplier<Optional<Provider>> cryptography) {}
