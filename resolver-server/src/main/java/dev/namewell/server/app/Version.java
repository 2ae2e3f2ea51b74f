package dev.namewell.server.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which release this is. */
public final class Version {
  private static final String BUILT = "/META-INF/maven/dev.namewell/resolver-server/pom.properties";

  private Version() {}

  /** The release's number, or {@code development} outside of a built archive. */
  public static String number() {
    String ofManifest = Version.class.getPackage().getImplementationVersion();
    return ofManifest == null ? ofBuild() : ofManifest;
  }

  private static String ofBuild() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(BUILT)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException _) {
      // The same as where it is missing.
    }
    return properties.getProperty("version", "development");
  }
}
