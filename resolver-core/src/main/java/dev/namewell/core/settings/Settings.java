package dev.namewell.core.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything an operator can decide, complete and checked. Absent keys have become defaults.
 *
 * @param listen where queries are taken, UDP and TCP each
 * @param threads event loops; 0 means one for each processor
 * @param access who may ask
 * @param routes one for each zone, none twice; the route for the root is always there
 */
public record Settings(
    List<Address> listen,
    int threads,
    AccessSettings access,
    List<RouteSettings> routes,
    RecursionSettings recursion,
    ValidationSettings validation,
    CacheSettings cache,
    ServiceSettings service,
    LimitSettings limits,
    Optional<Address> http,
    Optional<Path> control,
    LogSettings log) {
  public Settings {
    listen = List.copyOf(listen);
    routes = List.copyOf(routes);
  }
}
