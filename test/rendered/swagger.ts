import type { Page } from "playwright-core";

/** An operation of the API document: its id, method and path. */
export type Operation = readonly [id: string, method: string, path: string];

/** What came of an operation. */
type Executed = {
  readonly status: number;
  /** What was sent, by lower-case names. */
  readonly sent: Readonly<Record<string, string>>;
};

/** Swagger UI, as its readers use it. */
export type Swagger = {
  readonly page: Page;
  /** Opens the page, or loads it again. */
  readonly open: () => Promise<void>;
  /** Fills in the dialog behind Authorize, by label, and submits it. */
  readonly authorize: (fields: Readonly<Record<string, string>>) => Promise<void>;
  /** Presses Logout in the dialog behind Authorize. */
  readonly forget: () => Promise<void>;
  /** Executes an operation, with its example unless there is a body. */
  readonly execute: (operation: Operation, body?: object) => Promise<Executed>;
};

export const swaggerOf = (page: Page, url: string): Swagger => {
  const dialog = page.locator(".dialog-ux");
  const openDialog = () => page.locator(".scheme-container button.authorize").click();
  const close = () => dialog.getByRole("button", { name: "Close" }).last().click();
  return {
    page,
    open: async () => {
      await page.goto(`${url}/docs`);
      await page.locator(".opblock").first().waitFor();
    },
    authorize: async (fields) => {
      await openDialog();
      for (const [label, value] of Object.entries(fields)) {
        await dialog.getByLabel(label, { exact: true }).fill(value);
      }
      await dialog.getByRole("button", { name: /^Apply/ }).click();
      await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
      await close();
    },
    forget: async () => {
      await openDialog();
      await dialog.getByRole("button", { name: "Remove authorization" }).click();
      await close();
    },
    execute: async ([id, method, path], body) => {
      const block = page.locator(`.opblock[id$="-${id}"]`);
      if (!(await block.getAttribute("class"))?.includes("is-open")) {
        await block.locator(".opblock-summary-control").click();
        await block.getByRole("button", { name: "Try it out" }).click();
      }
      if (body !== undefined) await block.locator("textarea").fill(JSON.stringify(body));
      const [answer] = await Promise.all([
        page.waitForResponse(
          (response) =>
            response.request().method() === method && response.url() === `${url}${path}`,
        ),
        block.getByRole("button", { name: "Execute" }).click(),
      ]);
      return { status: answer.status(), sent: await answer.request().allHeaders() };
    },
  };
};
