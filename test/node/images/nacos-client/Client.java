import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.config.ConfigService;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** An application: registers itself, publishes and reads a configuration, and goes on telling what the servers answer. */
public class Client {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        properties.put("serverAddr", System.getenv("SERVER"));
        for (String name : List.of("username", "password")) {
            String value = System.getenv(name.toUpperCase());
            if (value != null) properties.put(name, value);
        }
        NamingService naming = NacosFactory.createNamingService(properties);
        ConfigService config = NacosFactory.createConfigService(properties);
        naming.registerInstance("greeter", System.getenv("POD_IP"), 80);
        String content = System.getenv("PUBLISH");
        while (content != null && !config.publishConfig("greeting", "DEFAULT_GROUP", content)) Thread.sleep(1000);
        while (true) {
            System.out.println(state(naming, config));
            Thread.sleep(1000);
        }
    }

    private static String state(NamingService naming, ConfigService config) {
        try {
            // Not subscribed: asks a server each time.
            List<Instance> instances = naming.getAllInstances("greeter", List.of(), false);
            List<String> addresses = instances.stream().map(Instance::getIp).collect(Collectors.toList());
            return "greeter=" + addresses + " greeting=" + config.getConfig("greeting", "DEFAULT_GROUP", 3000);
        } catch (NacosException error) {
            return "error: " + error.getErrMsg();
        }
    }
}
