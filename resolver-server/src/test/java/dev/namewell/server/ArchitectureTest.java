package dev.namewell.server;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use what within the server. */
class ArchitectureTest {
  private static final String BASE = "dev.namewell.server.";

  /** The one package where features meet. */
  private static final String WIRING = "app";

  /** The one package that every other may use. */
  private static final String COMMON = "runtime";

  /** Reference-counted buffers stay where their life can be overlooked. */
  private static final Set<String> BUFFERS = Set.of("listen", "outbound", "admin", "runtime");

  private static final JavaClasses SERVER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.namewell.server");

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(BASE)) {
      return "";
    }
    String rest = name.substring(BASE.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  @Test
  void featuresMeetInAppOnly() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : SERVER) {
      String from = packageOf(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = packageOf(dependency.getTargetClass());
        boolean allowed =
            to.isEmpty() || to.equals(from) || to.equals(COMMON) || from.equals(WIRING);
        if (!allowed) {
          found.add(from + " uses " + to + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void thereAreNoCycles() {
    slices()
        .matching("dev.namewell.server.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(SERVER);
  }

  @Test
  void buffersStayNearTheSockets() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : SERVER) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        if (dependency.getTargetClass().getName().startsWith("io.netty.buffer.")
            && !BUFFERS.contains(packageOf(type))) {
          found.add(dependency.getDescription());
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
