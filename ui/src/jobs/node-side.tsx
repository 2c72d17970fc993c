// An op or graph of a job: what it takes and gives, what it makes, where it is in the code.
import { Link } from "wouter-preact";
import { assetPath } from "../data/address";
import type { NodeDefinitionView } from "../data/contract";
import { CodePlace } from "../parts/code-place";
import { Side } from "../parts/side";
import { Markdown } from "../text/markdown";

export function NodeSide({
  node,
  assets,
  definition,
  onEnter,
  onClose,
}: {
  node: string;
  assets: string[];
  definition: NodeDefinitionView;
  onEnter: (() => void) | null;
  onClose: () => void;
}) {
  const ports = (title: string, list: NodeDefinitionView["inputs"]) =>
    list.length > 0 && (
      <section>
        <h3>{title}</h3>
        <dl class="facts">
          {list.map((port) => (
            <>
              <dt>
                <code>{port.name}</code>
              </dt>
              <dd>
                <code>{port.type_name}</code>
                {port.is_dynamic && " many"}
                {port.description && <p class="soft">{port.description}</p>}
              </dd>
            </>
          ))}
        </dl>
      </section>
    );
  return (
    <Side label={node} title={<h2 class="grow cut">{node}</h2>} onClose={onClose}>
      {definition.name !== node && (
        <p class="soft">
          uses <code>{definition.name}</code>
        </p>
      )}
      {definition.description && <Markdown text={definition.description} />}
      {onEnter && <button onClick={onEnter}>Open this graph</button>}
      {ports("Inputs", definition.inputs)}
      {ports("Outputs", definition.outputs)}
      {assets.length > 0 && (
        <section>
          <h3>Assets</h3>
          <ul class="links">
            {assets.map((key) => (
              <li key={key}>
                <Link class="link cut" href={assetPath(key)}>
                  {key}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <dl class="facts">
        {definition.resource_keys.length > 0 && (
          <>
            <dt>Resources</dt>
            <dd>
              <code>{definition.resource_keys.join(", ")}</code>
            </dd>
          </>
        )}
        {definition.pool && (
          <>
            <dt>Pool</dt>
            <dd>
              <code>{definition.pool}</code>
            </dd>
          </>
        )}
        {definition.source && (
          <>
            <dt>Code</dt>
            <dd>
              <CodePlace place={definition.source} isShort />
            </dd>
          </>
        )}
        {Object.entries(definition.tags).map(([name, value]) => (
          <>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <code>{value}</code>
            </dd>
          </>
        ))}
      </dl>
    </Side>
  );
}
