package dev.namewell.core.resolve;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.policy.DomainMap;
import java.util.Map;

/** Takes the route of the longest zone that a name is within. Immutable. */
public final class RoutingResolver implements Route {
  private static final Found NO_ROUTE =
      new Found.Whole(
          new Failure(
              Failure.Reason.SERVER_FAILURE,
              new ExtendedError(
                  ExtendedError.NO_REACHABLE_AUTHORITY, "no route for this name is configured")));

  private final DomainMap<Route> routes;

  /**
   * @param routes by zone; names outside all of them cannot be resolved
   */
  public RoutingResolver(Map<DnsName, ? extends Route> routes) {
    this.routes = new DomainMap<>(Map.copyOf(routes));
  }

  @Override
  public Found find(Question question, Budget budget) {
    DnsName name = question.name();
    // A zone's DS record is its parent's (RFC 4035 §3.1.4.1), so the parent's servers know it.
    Route route = routes.find(question.type() == RecordType.DS ? name.parent() : name);
    return route == null ? NO_ROUTE : route.find(question, budget);
  }
}
