// Elements in one line each. Styles are classes and custom properties only:
// the page's security policy forbids style attributes.

type Value = string | number | boolean | undefined;
export type Attributes = Record<string, Value>;
export type Child = Node | string | undefined;

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((c) => c !== undefined));
  return element;
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Sets custom properties, which style sheets turn into colors. */
export function properties<E extends HTMLElement | SVGElement>(element: E, values: Record<string, string>): E {
  for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
  return element;
}

/** Calls draw with the width of the element now and whenever it changes. */
export function onWidth(element: HTMLElement, draw: (width: number) => void): void {
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth);
    if (width > 0 && width !== last) draw((last = width));
  }).observe(element);
}

/** A group of buttons of which one is pressed. */
export function choice(label: string, options: string[], current: number, choose: (i: number) => void): HTMLElement {
  const buttons = options.map((text, i) => {
    const button = html("button", { type: "button", "aria-pressed": String(i === current) }, text);
    button.addEventListener("click", () => {
      buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(k === i)));
      choose(i);
    });
    return button;
  });
  return html("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
}

/** A menu with its label; the chosen option is given by its place. */
export function menu(label: string, options: string[], current: number, choose: (i: number) => void): HTMLElement {
  const select = html("select", {}, ...options.map((text, i) => html("option", { selected: i === current }, text)));
  select.addEventListener("change", () => choose(select.selectedIndex));
  return html("label", { class: "menu" }, html("span", {}, label), select);
}

/** A button that copies text and says so. */
export function copyButton(label: string, text: () => string): HTMLElement {
  const button = html("button", { type: "button", class: "quiet" }, label);
  button.addEventListener("click", async () => {
    const copied = await copy(text());
    button.textContent = copied ? "Copied" : "Select and copy by hand";
    setTimeout(() => (button.textContent = label), 1600);
  });
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = html("textarea", { class: "offscreen", "aria-hidden": "true" }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy"); // pages opened as files may lack the clipboard
    area.remove();
    return done;
  }
}
