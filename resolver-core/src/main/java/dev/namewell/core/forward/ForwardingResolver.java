package dev.namewell.core.forward;

import dev.namewell.core.dns.Question;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Found;
import dev.namewell.core.resolve.Route;
import java.util.random.RandomGenerator;

/**
 * Has questions answered by the upstreams of one route: recursive servers, or the authoritative
 * servers of a stub zone. Thread-safe.
 */
final class ForwardingResolver implements Route {
  private final Race.Track track;
  private final Tasks tasks;

  ForwardingResolver(UpstreamGroup group, ServerClient client, ServerClient.Ports ports) {
    Time time = ports.time();
    RandomGenerator random = ports.random();
    this.tasks = ports.tasks();
    this.track =
        new Race.Track(
            client, group, new UpstreamChoice(group.settings().strategy(), random), time);
  }

  @Override
  public Found find(Question question, Budget budget) {
    return new Race(track, question, budget, tasks.signal()).run();
  }
}
